/** `orders.exportAll` to `OrdersExportAll`: the beginning of made-up names. */
export function toPascal(name: string): string {
  return name.replace(/(?:^|[._\-$]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** `exportAll` to `export all`. */
function toWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_\-$]+/g, ' ')
    .trim()
    .toLowerCase()
}

/** A summary for a route without one: `admin.orders.exportAll` to `Orders: export all`. */
export function toSummary(name: string): string {
  const words = name.split('.').slice(-2).map(toWords).join(': ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Tag of a route: the names above its own, or the tag of the root. */
export function toTag(name: string, rootTag: string): string {
  const dot = name.lastIndexOf('.')
  return dot === -1 ? rootTag : name.slice(0, dot)
}

/** Reason phrases (RFC 9110 §15 and the RFCs that it names), for responses without a description. */
const PHRASES: Readonly<Record<number, string>> = {
  101: 'Switching Protocols',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  507: 'Insufficient Storage',
}

/** Reason phrase of a status. */
export function toPhrase(status: number): string {
  return PHRASES[status] ?? `Status ${status}`
}
