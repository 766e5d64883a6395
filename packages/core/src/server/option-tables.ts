import { APPLICATION_OPTIONS, CODING_OPTION } from '../app/index.ts'
import {
  anything,
  callable,
  listOf,
  nested,
  ofKind,
  oneOf,
  optionTable,
  type OptionEntries,
  type OptionSchema,
  type OptionTable,
} from '../errors/index.ts'
import { LOGGER_KIND } from '../log/index.ts'
import { ERROR_FORMAT_OPTION } from '../route/index.ts'
import type { AppOptions } from './http-transports.ts'
import type { HttpServerOptions } from './http1/http-server.ts'
import { LIMIT_OPTIONS } from './http1/limits.ts'
import { TLS_NAMES } from './http1/tls-names.ts'

/** The names alone: the values are checked together with the app. */
function namesOf<T>(table: OptionTable<T>): OptionTable<T> {
  const all = Object.entries<OptionSchema>(table.properties)
  const names = Object.fromEntries(all.map(([name, { description = '' }]) => [name, anything(description)]))
  return optionTable<T>(names as unknown as OptionEntries<T>)
}

const SERVER_OPTIONS = optionTable<HttpServerOptions>({
  limits: nested(namesOf(LIMIT_OPTIONS), 'What a server accepts from its clients.'),
  // Checked by `createProxyWord`.
  trustProxy: anything('Proxies whose headers about the client are trusted.'),
  forwardedHeader: oneOf(['x-forwarded-for', 'forwarded'], 'Header in which they name the client.', {
    default: 'x-forwarded-for',
  }),
  tls: nested(TLS_NAMES, 'Serves HTTPS with this certificate.'),
  errorFormat: ERROR_FORMAT_OPTION,
  log: ofKind(LOGGER_KIND, 'Gets a line for each parse error.'),
  onParseError: callable('Called with each parse error.'),
})

/** Options of `createApp`. */
export const APP_OPTIONS = optionTable<AppOptions>({
  ...(APPLICATION_OPTIONS.properties as unknown as OptionEntries<AppOptions>),
  server: nested(SERVER_OPTIONS, 'Limits, trusted proxies, TLS.'),
  contentCodings: listOf(CODING_OPTION),
})
