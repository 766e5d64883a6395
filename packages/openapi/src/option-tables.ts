import {
  ACCESS_OPTION,
  flag,
  listOf,
  nested,
  oneOf,
  optionTable,
  recordOf,
  required,
  text,
} from '@keelson/core/options'
import { SECURITY_NAME_OPTION, SECURITY_SCHEME_OPTION } from '@keelson/core/spi'
import type {
  DocsOptions,
  OpenApiExternalDocs,
  OpenApiInfo,
  OpenApiOptions,
  OpenApiPluginOptions,
  OpenApiServer,
  OpenApiServerVariable,
} from './contract.ts'

type Contact = NonNullable<OpenApiInfo['contact']>
type License = NonNullable<OpenApiInfo['license']>

const INFO_OPTIONS = optionTable<OpenApiInfo>({
  title: text("Default: the app's name."),
  version: text('Version of the API.', { default: '0.0.0' }),
  summary: text('One sentence.'),
  description: text('Markdown.'),
  termsOfService: text('URL of the terms of service.'),
  contact: nested(
    optionTable<Contact>({ name: text('Name.'), url: text('URL.'), email: text('E-mail address.') }),
    'Contact for the API.',
  ),
  license: nested(
    optionTable<License>({
      name: required(text('Name of the licence.')),
      identifier: text('SPDX expression.'),
      url: text('URL of its text.'),
    }),
    'Licence of the API.',
  ),
})

const VARIABLE_OPTIONS = optionTable<OpenApiServerVariable>({
  default: required(text('Its value if the caller chooses none.')),
  enum: listOf(text('All values that it may have.')),
  description: text('Description.'),
})

const SERVER_OPTIONS = optionTable<OpenApiServer>({
  url: required(text('Absolute, or relative to the document.')),
  description: text('Description.'),
  variables: recordOf(nested(VARIABLE_OPTIONS, 'Values for the braces in url.')),
})

/** Table of the options of `toOpenApi`, for tools that read them elsewhere: the command reads them from package.json. */
export const DOCUMENT_OPTIONS = optionTable<OpenApiOptions>({
  version: oneOf(['3.1', '3.0'], 'Version of OpenAPI.', { default: '3.1' }),
  info: nested(INFO_OPTIONS, 'General information on the API.'),
  servers: listOf(nested(SERVER_OPTIONS, 'A base URL of the API.')),
  externalDocs: nested(
    optionTable<OpenApiExternalDocs>({ url: required(text('URL.')), description: text('Description.') }),
    'Further documentation of the API.',
  ),
  tags: recordOf(text('Descriptions of tags by name.')),
  rootTag: text('Tag of routes at the root of the tree.', { default: 'general' }),
  securitySchemes: recordOf(
    SECURITY_SCHEME_OPTION,
    'Definitions of security schemes by name.',
    SECURITY_NAME_OPTION,
  ),
  includeHidden: flag('Whether the document has routes with hidden: true.', { default: false }),
  undescribable: oneOf(['refuse', 'any'], 'What to do with a schema without a JSON Schema.', {
    default: 'refuse',
  }),
})

const PATH = { pattern: '^/', what: "a path like '/docs'" }

/** Options of `openapi`. */
export const OPENAPI_OPTIONS = optionTable<OpenApiPluginOptions>({
  ...DOCUMENT_OPTIONS.properties,
  access: required(ACCESS_OPTION),
  path: text('Path of the document.', { ...PATH, default: '/openapi.json' }),
})

/** Options of `docs`. */
export const DOCS_OPTIONS = optionTable<DocsOptions>({
  ...DOCUMENT_OPTIONS.properties,
  access: required(ACCESS_OPTION),
  path: text('Path of the page.', { ...PATH, default: '/docs' }),
})
