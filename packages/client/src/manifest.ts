import { MANIFEST_VERSION, type Manifest } from '@keelson/contract'
import { clientError } from './client-error.ts'

/** @throws {ClientError} `ERR_CLIENT_OPTION` for a manifest of another version, or none */
export function assertManifest(manifest: Manifest): void {
  if (manifest.version === MANIFEST_VERSION) return
  throw clientError('OPTION', {
    detail: 'the manifest has another version: make a new one.',
  })
}
