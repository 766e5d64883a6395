export { callSite } from './call-site.ts'
export { cutText } from './cut-text.ts'
export { ownText } from './own-text.ts'
export { describeThrown, type ToDetails } from './describe-thrown.ts'
export { detailsSchemaOf } from './error-definition.ts'
export { isErrorFormat } from './error-format.ts'
export { isFramingHeader } from './framing-headers.ts'
export { httpErrorClass } from './http-error-class.ts'
export { isError } from './is-error.ts'
export { resolveMode, type Mode } from './mode.ts'
// What applications may use, by its names.
export * from './public.ts'
export { renderError, type RenderedError } from './render-error.ts'
export {
  checkOptions,
  laterPlaceOf,
  optionProblems,
  placeOf,
  valueProblems,
  type OptionPlace,
} from './options/check-options.ts'
export { describeValue, isPlain, isPromise } from './options/describe-value.ts'
export { nearestName } from './options/nearest-name.ts'
export * from './options/option-table.ts'
