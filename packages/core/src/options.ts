/**
 * Strict reading of options, as core reads its own: a table says which options a function takes, and another name, or a value of
 * another kind, stops the start with its place and a remedy. For authors of packages.
 *
 * @module
 */
export * from './errors/options.ts'
export { SECRET_OPTION } from './port/app-secret.ts'
export { ACCESS_OPTION, SERVICES_OPTION } from './route/index.ts'
