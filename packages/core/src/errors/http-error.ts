import type * as classes from './http-errors.ts'

/** Every HTTP error class of core as one union: `switch (error.code)` narrows it. */
export type HttpError = InstanceType<(typeof classes)[keyof typeof classes]>
