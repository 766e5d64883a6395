export type * from '@sinclair/typebox'
export {
  accessRule,
  middleware,
  needs,
  type AccessRuleDefinition,
  type MiddlewareDefinition,
  type Needs,
} from './pipeline/index.ts'
export { BUS, CLOCK, KEY_VALUE_STORE, LOGGER, RANDOM } from './app/index.ts'
export type {
  AppSetup,
  Health,
  HealthOptions,
  HeldUp,
  Mode,
  PhaseLimits,
  Plugin,
  PluginHealth,
  PortOptions,
  RequestIdOptions,
  StopReport,
} from './app/index.ts'
export { loadConfig, secret } from './config/index.ts'
export { bind, inject, injectable, lazy, optional, token } from './di/index.ts'
export type { Class, Injectable, Provider, Resolved, ServiceScope, Token } from './di/index.ts'
export * from './errors/public.ts'
export { currentFrame, frameKey, bindToFrame, newSpanId, runInFrame, runOutsideFrame, startTrace, TENANT, toTraceHeaders, TRANSACTION, USER } from './frame/index.ts'
export type { Frame, FrameKey, TraceContext } from './frame/index.ts'
export { createLogger, createMemoryLogger, LogSetupError, silentLogger } from './log/index.ts'
export type { LogBindings, LogDestination, Logger, LoggerOptions, LogLevel, LogLine, LogMethod, MemoryLog, RootLogger } from './log/index.ts'
export { requireCapabilities } from './port/index.ts'
export type { Bus, Clock, KeyValueStore, Random } from './port/index.ts'
export {
  DotSegmentError,
  PathEncodingError,
  controller,
  controllerRoutes,
  del,
  get,
  patch,
  post,
  put,
  reply,
  ResponseHeaders,
  route,
  router,
} from './routing/index.ts'
export type {
  AccessRule,
  AnyMiddleware,
  BaseContext,
  ContextOf,
  HandlerContext,
  HandlerResult,
  IncomingHeaders,
  Middleware,
  MiddlewareContext,
  MiddlewareDescription,
  Outcome,
  RawFields,
  Reply,
  ReplyHeaders,
  RequestSummary,
  ResponseMap,
  ResultOf,
  Route,
  RouteBrand,
  RouteDefinition,
  RouteFactory,
  RouteOptions,
  Router,
  RouterOptions,
  RouteSettings,
  RouteTree,
  Stage,
  TypeMessage,
} from './routing/index.ts'
export { t } from './schema/index.ts'
export type { InputOf, OutputOf, SchemaLike, Shape } from './schema/index.ts'
export { createApp, mount } from './server/index.ts'
export type { App, AppOptions, ListenOptions, Listening, MountOptions } from './server/index.ts'
