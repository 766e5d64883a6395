import { anything, flag, ofKind, optionTable } from '../../errors/index.ts'
import type { SocketOption, TlsOptions } from './http-server.ts'

/** `node:tls` looks at its value, when the app is checked. */
const NODES = anything('As node:tls takes it.')

/** What would be overridden without a word, or would break the server. */
const SERVERS = ofKind(
  {
    what: 'omitted',
    test: () => false,
    remedy: () => 'Remove it: the server sets it for all its connections.',
  },
  'As the server sets it.',
)

/** Options of TLS. Switches are read here: to Node, whatever is not `false` verifies, and the text `'false'` asks for certificates. */
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
