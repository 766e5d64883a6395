import { anything, flag, optionTable } from '../errors/index.ts'
import type { TlsOptions } from './http-server.ts'

/** `node:tls` looks at its value, when the app is checked. */
const NODES = anything('As node:tls takes it.')

/** Options of TLS. Switches are read here: to Node, whatever is not `false` verifies, and the text `'false'` asks for certificates. */
export const TLS_NAMES = optionTable<TlsOptions>({
  allowHalfOpen: NODES,
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
  highWaterMark: NODES,
  honorCipherOrder: flag("Whether the server's order of ciphers counts."),
  keepAlive: NODES,
  keepAliveInitialDelay: NODES,
  key: NODES,
  maxVersion: NODES,
  minVersion: NODES,
  noDelay: NODES,
  passphrase: NODES,
  pauseOnConnect: NODES,
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
