export { callSite } from './call-site.ts'
export { cutText } from './cut-text.ts'
export { ownText } from './own-text.ts'
export { describeThrown, type ToDetails } from './describe-thrown.ts'
export { detailsSchemaOf } from './error-definition.ts'
export { isErrorFormat } from './error-format.ts'
export { isFramingHeader } from './framing-headers.ts'
export { isFieldValue, isToken, NOT_IN_FIELD, TOKEN } from './header-text.ts'
export { httpErrorClass } from './http-error-class.ts'
export { ignore } from './ignore.ts'
export { isError } from './is-error.ts'
export {
  essenceOf,
  isJson,
  isMediaRange,
  isMediaType,
  matchesRange,
  membersOf,
  paramOf,
  paramsOf,
} from './media-type.ts'
export { resolveMode, type Mode } from './mode.ts'
export { sleepBy } from './sleep.ts'
export { createLimit, isDoneWithin, isTimeout, waitFor } from './wait.ts'
export { toPlaceText, type PlaceText } from './place-text.ts'
// What applications may use, by its names.
export * from './public.ts'
export { MALFORMED_JSON_CODES } from './malformed-json-error.ts'
export { renderError, type RenderedError } from './render-error.ts'
export * from './options/index.ts'
