export type {
  AnswersBeside,
  Below,
  ClientAbove,
  ClientInside,
  ClientResult,
  ClientRoot,
  DescribedAnswer,
  NoInput,
  ResponseHeaders,
  SuccessStatus,
  UnexpectedError,
  WithPrefix,
} from './call-contract.ts'
export { isError } from './is-error.ts'
export { MANIFEST_VERSION, readManifestRoute, type Manifest, type ManifestRoute } from './manifest.ts'
export { essenceOf, isJson, isMediaRange, isMediaType, matchesRange } from './media-type.ts'
export { readProblem } from './read-problem.ts'
export type {
  Route,
  RouteBrand,
  RouteMethod,
  Router,
  RouteTree,
  RouteWithoutRule,
  RulingRouter,
  UpgradeRoute,
} from './route.ts'
export type { TypeMessage } from './type-message.ts'
export type { UploadBody } from './upload-body.ts'
export type { Place, Violation, ViolationParameters } from './violation.ts'
export type { ReadError, WireError } from './wire-error.ts'
