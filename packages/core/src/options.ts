/**
 * Strict reading of options, as core reads its own: a table says which options a function takes, and whoever writes another
 * name, or a value of another kind, is told so when the app starts. For authors of packages.
 *
 * @module
 */
export * from './errors/options.ts'
export { ACCESS_OPTION } from './route/index.ts'
