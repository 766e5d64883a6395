/**
 * The name under which a client keeps a file.
 *
 * @module
 */
export { fileName, type FileNameOptions } from './file-name.ts'
