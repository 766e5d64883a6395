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
  DocsOptions,
  OpenApiPluginOptions,
} from './contract.ts'
export { DOCUMENT_OPTIONS } from './option-tables.ts'
export { servedOptions } from './served-document.ts'
export { docs } from './docs.ts'
export { openapi } from './openapi.ts'
export { toOpenApi } from './to-open-api.ts'
