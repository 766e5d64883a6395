export type {
  OpenApiDocument,
  OpenApiExternalDocs,
  OpenApiHeader,
  OpenApiInfo,
  OpenApiMediaType,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiParameter,
  OpenApiPath,
  OpenApiReference,
  OpenApiResponse,
  OpenApiSecurity,
  OpenApiServer,
  OpenApiServerVariable,
  OpenApiSource,
} from './contract.ts'
export { docs, type DocsOptions } from './docs.ts'
export { openapi, type OpenApiPluginOptions } from './openapi.ts'
export { toOpenApi } from './to-open-api.ts'
export type { ContractChange, ContractChangeKind, ContractChangeSeverity } from './diff/change.ts'
export { diffOpenApi } from './diff/diff-open-api.ts'
