/**
 * Which of several media types a client prefers: for versions of a representation, and for several forms of one.
 *
 * @module
 */
export { preferredType } from './preferred-type.ts'
