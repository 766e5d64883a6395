import { isIP } from 'node:net'
import {
  ForbiddenError,
  middleware,
  readIpRanges,
  type IpRanges,
  type Middleware,
  type WireError,
} from '@keelson/core'
import { checkOptions, listOf, optionTable, refuseCall, text, type CallProblem } from '@keelson/core/options'

/** Options of {@link ipAccess}: at least one list. */
export interface IpAccessOptions {
  /** Addresses and ranges that may call: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. No range holds everybody. Default: all. */
  readonly allow?: readonly string[] | undefined
  /** Addresses and ranges that may not, also where `allow` has them. Default: none. */
  readonly deny?: readonly string[] | undefined
}

const IP_ACCESS_OPTIONS = optionTable<IpAccessOptions>({
  allow: listOf(text('An address or a range.'), 'Addresses and ranges that may call.'),
  deny: listOf(text('An address or a range.'), 'Addresses and ranges that may not call.'),
})

/**
 * Refuses callers by their address, with 403, before anything else of their request is looked at. Behind a proxy the address is
 * that of the proxy unless `trustProxy` says who is believed. Probes of the app's health are exempt.
 *
 * An address does not prove who calls: it is a second fence, and routes still say who may call them.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an address or a range (RFC 4632), for a range of all (`0.0.0.0/0`), and without any list
 * @example
 * const office = ipAccess({ allow: ['192.0.2.0/24', '2001:db8:7::/48'], deny: ['192.0.2.66'] })
 * const stock = route.get('/stock', { access: 'public', use: [office] }, () => [])
 */
export function ipAccess(options: IpAccessOptions): Middleware<{}, {}, WireError<'ERR_CORE_FORBIDDEN'>> {
  const place = { name: 'ipAccess', below: ipAccess }
  checkOptions(IP_ACCESS_OPTIONS, options, place)
  const { allow, deny } = options
  if (allow === undefined && deny === undefined) refuseCall([NO_LIST], place)
  const allowed = allow && readIpRanges(allow)
  const denied = readIpRanges(deny ?? [])
  refuseCall([...problemsOf('allow', allowed), ...problemsOf('deny', denied)], place)
  return middleware({
    name: 'ipAccess',
    stage: 'receive',
    kinds: ['http'],
    for: ({ isProbe }) => (isProbe ? null : undefined),
    run: ({ remoteAddress }) => {
      // What has no address is on no list: the peer of a Unix socket, a client that its proxy does not name.
      if (isIP(remoteAddress) === 0 || denied.has(remoteAddress)) throw new ForbiddenError()
      if (allowed !== undefined && !allowed.has(remoteAddress)) throw new ForbiddenError()
    },
    describe: { errors: [ForbiddenError] },
  })
}

const NO_LIST: CallProblem = {
  message: 'Neither allow nor deny is given, so that nobody is refused.',
  remedy: "Give a list: ipAccess({ allow: ['10.0.0.0/8'] }).",
}

/** What each list says about everybody, which no range does. */
const EVERYBODY = { allow: 'To admit all, omit allow.', deny: 'To refuse all, write allow: [].' } as const

function problemsOf(option: keyof typeof EVERYBODY, ranges: IpRanges | undefined): CallProblem[] {
  return (ranges?.problems ?? []).map(({ message, remedy, isEverybody }) => ({
    message: `${option}: ${message}`,
    remedy: isEverybody ? `${remedy} ${EVERYBODY[option]}` : remedy,
  }))
}
