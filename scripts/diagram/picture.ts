import type { Diagram } from './diagram';
import type { DiagramFormat } from './diagram-request';
import { renderMermaid } from './mermaid';
import { renderSvg } from './svg/svg';

/** A diagram as the text of a file. */
export function picture(diagram: Diagram, format: DiagramFormat): Promise<string> {
  return format === 'svg' ? renderSvg(diagram) : Promise.resolve(renderMermaid(diagram));
}
