/**
 * The types of schemas made by `t`, for signatures and for declarations of your own: those of TypeBox. And what a package may say of
 * schemas that it makes for others.
 *
 * @module
 */
export type * from '@sinclair/typebox'
export { storableOnly, suggestName } from './schema/schema-marks.ts'
