export { acceptWeight } from './accept.ts'
export { ArgumentError } from './argument-error.ts'
export { defineError } from './define-error.ts'
export type {
  DefinedErrorClass,
  DefinedErrorInit,
  DefinedErrorInitWithDetails,
  DefineErrorOptions,
  DetailsOf,
} from './define-error.ts'
export type { DescribedError, ErrorLogLevel } from './describe-thrown.ts'
export type { DetailsSchema, ErrorDefinition } from './error-definition.ts'
export { errorFormat } from './error-format.ts'
export type {
  ErrorAlternative,
  ErrorFormat,
  ErrorFormatOptions,
  ErrorInfo,
  VisibleError,
} from './error-format.ts'
export { FrameworkError, type FrameworkErrorInit } from './framework-error.ts'
export type { HttpErrorClass, HttpErrorOptions } from './http-error-class.ts'
export * from './http-errors.ts'
export { InvalidCursorError } from './invalid-cursor-error.ts'
export { MalformedJsonError } from './malformed-json-error.ts'
export type { MalformedJsonCode, MalformedJsonDetails, MalformedJsonInit } from './malformed-json-error.ts'
export { problemDetails, problemFormat } from './problem.ts'
export type { ProblemOptions } from './problem.ts'
export { ResponseValidationError } from './response-validation-error.ts'
export { SetupError, type SetupProblem } from './setup-error.ts'
export { ValidationError } from './validation-error.ts'
export type { ValidationErrorInit } from './validation-error.ts'
export type {
  Place,
  Violation,
  ViolationParameters,
  TypeMessage,
  ReadError,
  WireError,
} from '@keelson/contract'
