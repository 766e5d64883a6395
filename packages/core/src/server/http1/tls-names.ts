import { anything, flag, ofKind, optionTable } from '../../errors/index.ts'
import type { SocketOption, TlsOptions } from './http-server.ts'

/** `node:tls` checks the value when the app is checked. */
const NODES = anything('As for node:tls.')

/** Options that would be silently overridden, or would break the server. */
const SERVERS = ofKind(
  {
    what: 'omitted',
    test: () => false,
    remedy: () => 'Remove it: the server sets it for all its connections.',
  },
  'As the server sets it.',
)

/** Options of TLS. Booleans are checked here: Node takes any other value for `true`, even the text `'false'`. */
export const TLS_NAMES = optionTable<TlsOptions & { readonly [K in SocketOption]?: undefined }>({
  allowHalfOpen: SERVERS,
  allowPartialTrustChain: flag('Whether an intermediate certificate may be trusted.'),
  blockList: NODES,
  ca: NODES,
  cert: NODES,
  certificateCompression: NODES,
  ciphers: NODES,
  clientCertEngine: NODES,
  crl: NODES,
  dhparam: NODES,
  ecdhCurve: NODES,
  enableTrace: flag('Whether handshakes are written to stderr.'),
  handshakeTimeout: NODES,
  highWaterMark: SERVERS,
  honorCipherOrder: flag("Whether the server's order of ciphers counts."),
  keepAlive: SERVERS,
  keepAliveInitialDelay: SERVERS,
  key: NODES,
  maxVersion: NODES,
  minVersion: NODES,
  noDelay: SERVERS,
  passphrase: NODES,
  pauseOnConnect: SERVERS,
  pfx: NODES,
  privateKeyEngine: NODES,
  privateKeyIdentifier: NODES,
  pskCallback: NODES,
  pskIdentityHint: NODES,
  requestOCSP: NODES,
  rejectUnauthorized: flag('Whether clients without a valid certificate are refused.'),
  requestCert: flag('Whether clients are asked for a certificate.'),
  secureContext: NODES,
  secureOptions: NODES,
  secureProtocol: NODES,
  sessionIdContext: NODES,
  sessionTimeout: NODES,
  sigalgs: NODES,
  SNICallback: NODES,
  ticketKeys: NODES,
})
