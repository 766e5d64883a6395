import {
  chosenBy,
  either,
  flag,
  listOf,
  nested,
  oneOf,
  optionTable,
  recordOf,
  required,
  text,
  TOKEN,
} from '../errors/index.ts'
import type {
  MiddlewareDescription,
  OAuthFlows,
  SecurityDemand,
  SecurityScheme,
} from './middleware-contract.ts'
import type { MetaDescription } from './meta.ts'
import { ERRORS_OPTION } from './option-tables.ts'

type OfType<V extends SecurityScheme['type']> = Extract<SecurityScheme, { readonly type: V }>

const token = (description: string, what: string) => text(description, { pattern: TOKEN.source, what })
const url = (description: string) => text(description, { minLength: 1 })
const description = text('Markdown.')

const tokenUrl = required(url('Where tokens are given.'))
const authorizationUrl = required(url('Where the user agrees.'))
const rest = {
  refreshUrl: url('Where tokens are renewed.'),
  scopes: required(recordOf(text('What a scope allows.'), 'Scopes.')),
}
type Grant<K extends keyof OAuthFlows> = NonNullable<OAuthFlows[K]>

const FLOWS = optionTable<OAuthFlows>({
  authorizationCode: nested(
    optionTable<Grant<'authorizationCode'>>({ authorizationUrl, tokenUrl, ...rest }),
    'The user agrees in a browser.',
  ),
  clientCredentials: nested(
    optionTable<Grant<'clientCredentials'>>({ tokenUrl, ...rest }),
    'The caller is a service.',
  ),
  implicit: nested(optionTable<Grant<'implicit'>>({ authorizationUrl, ...rest }), 'Tokens by redirect.'),
  password: nested(optionTable<Grant<'password'>>({ tokenUrl, ...rest }), 'The caller has the password.'),
})

/** The definition of a security scheme. */
export const SECURITY_SCHEME_OPTION = chosenBy<SecurityScheme>()(
  'type',
  {
    http: optionTable<OfType<'http'>>({
      type: required(oneOf(['http'], 'The header authorization.')),
      scheme: required(token('Of the registry of HTTP authentication schemes.', "a name like 'bearer'")),
      bearerFormat: text('A hint for people.'),
      description,
    }),
    apiKey: optionTable<OfType<'apiKey'>>({
      type: required(oneOf(['apiKey'], 'A key.')),
      in: required(oneOf(['header', 'query', 'cookie'], 'Where the key is.')),
      name: required(text('Name of the header, the query key or the cookie.', { minLength: 1 })),
      authScheme: token('In the header Authorization, before the credential.', "a name like 'Token'"),
      description,
    }),
    openIdConnect: optionTable<OfType<'openIdConnect'>>({
      type: required(oneOf(['openIdConnect'], 'OpenID Connect.')),
      openIdConnectUrl: required(url('Where its configuration is.')),
      description,
    }),
    oauth2: optionTable<OfType<'oauth2'>>({
      type: required(oneOf(['oauth2'], 'OAuth 2.')),
      flows: required(nested(FLOWS, 'Its grants.')),
      description,
    }),
    mutualTLS: optionTable<OfType<'mutualTLS'>>({
      type: required(oneOf(['mutualTLS'], 'A certificate.')),
      description,
    }),
  },
  'What it is.',
)

/** Name of a security scheme, which is a key of the document's components (OpenAPI 3.1 §4.8.7). */
export const SECURITY_NAME_OPTION = text('Name of the scheme.', {
  pattern: '^[\\w.\\-]+$',
  what: "a name of letters, digits, '.', '_' and '-'",
})

const DEMAND = nested(
  optionTable<SecurityDemand>({
    name: required(SECURITY_NAME_OPTION),
    scheme: SECURITY_SCHEME_OPTION,
    scopes: listOf(text('Scopes or roles that the caller must have.')),
  }),
  'A security scheme that it demands.',
)

const HEADER_NAME = token('Name of a header.', 'the name of a header')

const ANSWER_OPTIONS = {
  headers: recordOf(text('What it says.'), 'Response headers that it sets, by name.', HEADER_NAME),
  successHeaders: recordOf(
    text('What it says.'),
    'Response headers that it sets below 400 alone, by name.',
    HEADER_NAME,
  ),
  requestHeaders: recordOf(text('What it says.'), 'Request headers that it reads, by name.', HEADER_NAME),
  responses: recordOf(
    text('When.'),
    'Statuses that it answers with by itself.',
    text('A status.', { pattern: '^[2-5]\\d\\d$', what: 'a status from 200 to 599' }),
  ),
}

/** What a fact adds to the description of its route. */
export const META_DESCRIPTION_OPTIONS = optionTable<MetaDescription>({
  ...ANSWER_OPTIONS,
  deprecated: flag('Whether the OpenAPI document says so.'),
})

/** What a middleware tells about itself. */
export const DESCRIBE_OPTIONS = optionTable<MiddlewareDescription>({
  security: either(
    SECURITY_NAME_OPTION,
    DEMAND,
    listOf(either(SECURITY_NAME_OPTION, DEMAND), 'Any one of them will do.', { minItems: 1 }),
  ),
  isSecurityOptional: flag('Whether requests without such credentials pass it.', { default: false }),
  errors: ERRORS_OPTION,
  ...ANSWER_OPTIONS,
  explain: text('What it does, in a few words.'),
})
