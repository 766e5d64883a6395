/**
 * The types of schemas made by `t`, for signatures and for declarations of your own: those of TypeBox.
 *
 * @module
 */
export type * from '@sinclair/typebox'
