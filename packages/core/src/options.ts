/**
 * Strict reading of options, as core reads its own: a table says which options a function takes, and whoever writes another
 * name, or a value of another kind, is told so when the app starts. For authors of packages.
 *
 * @module
 */
// Here, and not by way of errors/: the bundler keeps `export *` of another package only in an entry.
export * from '@keelson/contract/options'
export { checkArgument, checkCallOptions, checkOptions } from './errors/options.ts'
export { ACCESS_OPTION } from './route/index.ts'
