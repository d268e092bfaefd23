export { synthesised, Synthesised, type Resource, type ServiceName } from './synthesised';
export {
  topologySerializer,
  topologySnapshot,
  TopologySnapshot,
  type TopologySnapshotOptions,
} from './topology-snapshot';
export { elementsOf, parseXml, type XmlElement } from './xml';
