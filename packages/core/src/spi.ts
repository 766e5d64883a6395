/**
 * What tools need that look into an app, beyond `@keelson/core` itself: its plans, the schemas of its routes, the errors that
 * they can answer with. For the packages that describe, test and command apps. Bound to the version of core: any release may
 * change it.
 *
 * @module
 */

// Plans and routes.
export {
  compileHeaders,
  type HeaderGuard,
  type MiddlewareOrigin,
  type PlanStep,
  type RoutePlan,
} from './operation/index.ts'
export {
  bodiesOf,
  demandsOf,
  flattenRoutes,
  isBodyFormat,
  isContent,
  PARTS,
  responsesOf,
  STAGES,
  takesAnybody,
  takenTypes,
  typedMiddlewareOf,
  writtenBy,
  type AnyRouteOptions,
  type DeclaredResponse,
  type FlatRoute,
} from './route/index.ts'
export {
  createLookup,
  parsePattern,
  type CreatedLookup,
  type Lookup,
  type LookupEntry,
  type Pattern,
} from './path/index.ts'

// Errors that a route can answer with.
export { formatHas, isOfFramework, routeErrorsOf, wireStatusOf, type RouteError } from './operation/index.ts'

// Schemas, of whatever library, and the JSON Schema that is made of them.
export {
  branchesOf,
  CLOSED_BY_LAYOUT,
  closingOf,
  compileInput,
  compileResponse,
  declaresName,
  holdersOf,
  isCertain,
  isNothing,
  isOptional,
  isPlainRegExp,
  isRecord,
  isSchema,
  isStandardSchema,
  holdsStorable,
  isTypeBoxSchema,
  kindOf,
  mapSubschemas,
  MAX_JSON_DEPTH,
  mayBeMissing,
  mayBeNothing,
  membersOf,
  mismatchOf,
  othersOf,
  refusesUndeclared,
  relationOf,
  SchemaDocument,
  showValue,
  subschemasOf,
  suggestedNameOf,
  toTypedTexts,
  type JsonSchema,
  type JsonSchemaObject,
  type ResponseGuard,
} from './schema/index.ts'

// Apps, their plugins and services.
export { handleSignals, OWN_COMMANDS, partsOf, redirectLogs, type NamedCommand } from './app/index.ts'
export { makePlugin } from './app/plugin-value.ts'
export { watchConfig, type WatchedVariable } from './config/index.ts'
export { isGuessable } from './port/index.ts'
export { reachableTargets, readNeed, tokenName } from './di/index.ts'
export { APP_OPTIONS } from './server/index.ts'
export { appOption, SECURITY_NAME_OPTION, SECURITY_SCHEME_OPTION } from './route/index.ts'

// Logs that tests read.
export { createMemoryLogger, type LogLine, type MemoryLog } from './log/index.ts'

// What is printed to terminals.
export { printableText } from './log/index.ts'

// Texts of messages.
export { isToken } from './errors/index.ts'
