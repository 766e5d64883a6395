import { ForbiddenError, middleware, SetupError, type Middleware, type WireError } from '@keelson/core'
import { checkOptions, listOf, ofKind, optionTable } from '@keelson/core/options'
import { AddressList, isAddress, isRange } from './address-list.ts'

/** Options of {@link ipAccess}: at least one list. */
export interface IpAccessOptions {
  /** Addresses and ranges that may call: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. Default: all. */
  readonly allow?: readonly string[] | undefined
  /** Addresses and ranges that may not, also where `allow` has them. Default: none. */
  readonly deny?: readonly string[] | undefined
}

const RANGE = ofKind(
  {
    what: "an IP address or a range of them: '192.0.2.7', '10.0.0.0/8', '2001:db8::/32'",
    test: (value) => typeof value === 'string' && isRange(value),
  },
  'An IP address, or a range in CIDR notation.',
)

const IP_ACCESS_OPTIONS = optionTable<IpAccessOptions>({
  allow: listOf(RANGE, 'Addresses and ranges that may call.'),
  deny: listOf(RANGE, 'Addresses and ranges that may not call.'),
})

/**
 * Refuses callers by their address, with 403, before anything else of their request is looked at. Behind a proxy the address is
 * that of the proxy unless `trustProxy` says who is believed. Probes of the app's health are exempt.
 *
 * An address does not prove who calls: it is a second fence, and routes still say who may call them.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not an address or a range (RFC 4632), and without any list
 * @example
 * const office = ipAccess({ allow: ['192.0.2.0/24', '2001:db8:7::/48'], deny: ['192.0.2.66'] })
 * const stock = route.get('/stock', { access: 'public', use: [office] }, () => [])
 */
export function ipAccess(options: IpAccessOptions): Middleware<{}, {}, WireError<'ERR_CORE_FORBIDDEN'>> {
  checkOptions(IP_ACCESS_OPTIONS, options, { name: 'ipAccess', below: ipAccess })
  const { allow, deny } = options
  if (allow === undefined && deny === undefined)
    throw new SetupError([
      {
        code: 'ERR_CORE_OPTION',
        place: 'ipAccess',
        message: 'Neither allow nor deny is given, so that nobody is refused.',
        remedy: "Give a list: ipAccess({ allow: ['10.0.0.0/8'] }).",
      },
    ])
  const allowed = allow && new AddressList(allow)
  const denied = new AddressList(deny ?? [])
  return middleware({
    name: 'ipAccess',
    stage: 'receive',
    kinds: ['http'],
    for: ({ isProbe }) => (isProbe ? null : undefined),
    run: ({ remoteAddress }) => {
      // What has no address, as the peer of a Unix socket, is on no list.
      if (!isAddress(remoteAddress) || denied.has(remoteAddress)) throw new ForbiddenError()
      if (allowed !== undefined && !allowed.has(remoteAddress)) throw new ForbiddenError()
    },
    describe: { errors: [ForbiddenError] },
  })
}
