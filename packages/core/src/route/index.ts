export type {
  DescribedAnswer,
  Manifest,
  Route,
  RouteBrand,
  RouteMethod,
  Router,
  RouteTree,
} from '@keelson/contract'
export type {
  BaseContext,
  Declared,
  DetachOptions,
  DeclaredBody,
  IncomingHeaders,
  MiddlewareContext,
  RawFields,
} from './context.ts'
export {
  bodiesOf,
  isBodyFormat,
  takenTypes,
  type BodyAlternative,
  type BodyFormat,
  type BodyKind,
  type BodyParams,
} from './body-format-contract.ts'
export {
  bodyFormat,
  bytes,
  form,
  json,
  mediaTypeRemedy,
  oneOf,
  text,
  type BodyFormatDefinition,
  type MediaTypeOptions,
  type TextOptions,
} from './body-format.ts'
export {
  controller,
  controllerRoutes,
  del,
  get,
  head,
  patch,
  post,
  put,
  query,
  type HandlerDecorator,
} from './controller.ts'
export { content, isContent, type Content, type ContentBody, type ContentReceived } from './content.ts'
export { demandsOf, takesAnybody } from './demands.ts'
export { checkValue, isResponse } from './given-value.ts'
export { META_DESCRIPTION_OPTIONS, SECURITY_NAME_OPTION, SECURITY_SCHEME_OPTION } from './describe-options.ts'
export { createRoute, route, writtenBy } from './factory.ts'
export { PROBE } from './probe.ts'
export { AT_ROOT } from './placement.ts'
export type {
  ContextOf,
  FactoryPlace,
  HandlerContext,
  PlacedRouteFactory,
  ResultOf,
  RouteDefinition,
  RouteDefinitionFactory,
  RouteFactory,
  RouteMethodFactory,
} from './factory-contract.ts'
export type { RoutesFit } from './fits.ts'
export { accessRuleOf, flattenRoutes, rulesOf, type FlatRoute, type FlatTree } from './flatten.ts'
export { impliedErrors } from './implied-errors.ts'
export { metaKey } from './meta.ts'
export type { MetaDescription, MetaEntry, MetaKey, MetaKeyOptions } from './meta.ts'
export type { AppFacts } from './app-facts.ts'
export type { RouteFacts } from './route-facts.ts'
export { isMiddleware, PARTS, STAGES } from './middleware-contract.ts'
export * from './option-tables.ts'
export type {
  AnyMiddleware,
  Middleware,
  MiddlewareBehaviour,
  MiddlewareDescription,
  Next,
  OAuthFlow,
  OAuthFlows,
  PartName,
  RequestSummary,
  SecurityDemand,
  SecurityScheme,
  PipelineStage,
} from './middleware-contract.ts'
export type { Answer, AnswerBody, HeadedReply, Outcome, Reply, ReplyHeaders } from './outcome.ts'
export { declaredCodes, declaredStatuses, toManifest, typedMiddlewareOf } from './manifest.ts'
export { FRAMEWORK_CODES, MALFORMED_CODES } from './framework-errors.ts'
export { isReply, reply } from './reply.ts'
export { LaidHeaders } from './laid-headers.ts'
export { holdsHeader, removeHeader, ResponseHeaders } from './response-headers.ts'
export { responsesOf, strayPartsOf, type DeclaredResponse, type ResponseWithHeaders } from './responses.ts'
export type { HandlerResult, ResponseMap, ResponsesOf } from './result.ts'
export { router } from './router.ts'
export { flattenUse, type MiddlewareOrList } from './use-list.ts'
export type {
  AccessRule,
  AnyRouteOptions,
  JsonSettings,
  RouteOptions,
  RouterOptions,
  RouteSettings,
  UnknownSettings,
} from './route-contract.ts'
export type { PathSchema, RouteInput } from './route-input.ts'
export { accessRule, type AccessRuleDefinition } from './access-rule.ts'
export { refuse, type Refusal, type RefuseOptions } from './refuse.ts'
export { FOR_ROUTE_OPTIONS, middleware, needs } from './middleware.ts'
export type { Injected, MiddlewareDefinition, Needs, PartsForRoute } from './middleware-definition.ts'
