import { FORMAT, FORMAT_VERSION, type Manifest } from '../../../scripts/backup/manifest';

/** A manifest without parts. */
export const MANIFEST_OF_NOTHING: Manifest = {
  format: FORMAT,
  formatVersion: FORMAT_VERSION,
  projectVersion: '0.1.0',
  stack: 'https-proxy',
  environment: '',
  baseUrl: 'https://git.localhost',
  begun: '2026-11-25T12:00:00.000Z',
  repositories: [],
  directories: [],
  leftOut: [],
  parts: {},
};
