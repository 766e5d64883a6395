// On the request path: the head of every request is checked here once, before anything else.
import {
  cutText,
  BadRequestError,
  ExpectationFailedError,
  HeaderFieldsTooLargeError,
  HttpVersionNotSupportedError,
  NotImplementedError,
  UriTooLongError,
  type FrameworkError,
} from '../../errors/index.ts'
import { PathEncodingError } from '../../path/index.ts'
import { isAuthority, isSameAuthority } from '../message/authority.ts'
import type { ServerLimits } from './limits.ts'
import type { NodeExchange } from './node-exchange.ts'
import { hasInputBehind } from './node-internals.ts'

const ABSOLUTE_FORM = /^(https?):\/\/([^/?#]*)(.*)$/i
const SLASH = 0x2f
/**
 * Characters that the parser accepts though a path cannot have them (RFC 3986 §3.3). Code that makes a URL of a path reads `\`
 * as a slash and escapes the others, and so would see a different path than was checked.
 */
const NOT_IN_PATHS = /[\\"<>^`{}]/

/**
 * Refuses what node's parser accepts and RFC 9112 forbids: Host and request target (§3.2), transfer codings
 * (§6.1), HTTP versions (§2.3), and the limits on target and number of header lines. Node's parser already refuses
 * control characters, line folding, Content-Length together with Transfer-Encoding, and what is not a message.
 *
 * One for each server: the fields hold what the scan of the current request found.
 */
export class RequestGuard {
  readonly #maxTargetBytes: number
  readonly #maxHeaderEntries: number
  readonly #maxHeaderCount: number
  // Nearly all requests name the same host.
  #knownHost: string | undefined = undefined
  #hosts = 0
  #host: string | undefined = undefined
  #coding: string | undefined = undefined
  #length: string | undefined = undefined
  #expectation: string | undefined = undefined
  #hasUpgrade = false

  constructor(limits: ServerLimits) {
    this.#maxTargetBytes = limits.maxTargetBytes
    this.#maxHeaderCount = limits.maxHeaderCount
    this.#maxHeaderEntries = limits.maxHeaderCount * 2
  }

  /** Sets what the exchange needs from target and head. Returns the error if they are invalid. */
  check(exchange: NodeExchange): FrameworkError | undefined {
    const { rawHeaders } = exchange.request
    this.#scan(rawHeaders)
    if (this.#coding !== undefined) {
      exchange.hasBody = true
      exchange.bodyLength = -1
    } else if (this.#length !== undefined && this.#length !== '0') {
      exchange.bodyLength = Number(this.#length)
      exchange.hasBody = exchange.bodyLength > 0
    }
    return (
      this.#checkTarget(exchange) ??
      (rawHeaders.length > this.#maxHeaderEntries ? this.#tooManyHeaders() : undefined) ??
      this.#checkMessage(exchange) ??
      checkPath(exchange.path)
    )
  }

  #scan(raw: readonly string[]): void {
    this.#hosts = 0
    this.#host = undefined
    this.#coding = undefined
    this.#length = undefined
    this.#expectation = undefined
    this.#hasUpgrade = false
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i] as string
      // The length excludes most names without a comparison.
      switch (name.length) {
        case 4:
          if (isNamed(name, 'Host', 'host')) {
            this.#hosts++
            this.#host = raw[i + 1]
          }
          break
        case 6:
          if (isNamed(name, 'Expect', 'expect'))
            this.#expectation = join(this.#expectation, raw[i + 1] as string)
          break
        case 7:
          if (isNamed(name, 'Upgrade', 'upgrade')) this.#hasUpgrade = true
          break
        case 14:
          if (isNamed(name, 'Content-Length', 'content-length')) this.#length = raw[i + 1]
          break
        case 17:
          if (isNamed(name, 'Transfer-Encoding', 'transfer-encoding')) {
            this.#coding = join(this.#coding, raw[i + 1] as string)
          }
          break
        default:
      }
    }
  }

  #tooManyHeaders(): FrameworkError {
    return new HeaderFieldsTooLargeError(`The request has more than ${this.#maxHeaderCount} header lines.`)
  }

  #checkMessage(exchange: NodeExchange): FrameworkError | undefined {
    const { request } = exchange
    const isOld = request.httpVersionMinor === 0
    if (request.httpVersionMajor !== 1) return unknownVersion(request.httpVersion)
    if (this.#hosts !== 1 || this.#host !== this.#knownHost) {
      const error = this.#checkHost(isOld)
      if (error !== undefined) return error
    }
    if (this.#coding !== undefined) {
      const error = checkCoding(this.#coding, isOld)
      if (error !== undefined) return error
    }
    // RFC 9110 §10.1.1: an expectation in HTTP/1.0 is ignored.
    if (this.#expectation !== undefined && !isOld) {
      exchange.awaitsContinue = exchange.hasBody
      if (this.#expectation.toLowerCase() !== '100-continue') return unknownExpectation(this.#expectation)
    }
    return this.#checkPurpose(exchange)
  }

  #checkPurpose(exchange: NodeExchange): FrameworkError | undefined {
    // RFC 9110 §9.3.8: TRACE would show what proxies added to the request, which the client may not be allowed to know.
    if (exchange.method === 'TRACE') return notImplemented('TRACE')
    // Input after the head would never be answered, and what comes next be misread. Clients that wait for their answer keep
    // their connection, as all known ones do that send `Upgrade: h2c` with each first request.
    if (this.#hasUpgrade && (exchange.hasBody || hasInputBehind(exchange.request)))
      exchange.connection.isClosing = true
    return undefined
  }

  /** RFC 9112 §3.2: exactly one Host, and a valid one; HTTP/1.0 may omit it. */
  #checkHost(isOld: boolean): FrameworkError | undefined {
    if (this.#hosts === 0) {
      return isOld ? undefined : new BadRequestError('The request has no Host header.')
    }
    if (this.#hosts > 1) return new BadRequestError('The request has more than one Host header.')
    const host = this.#host as string
    if (!isAuthority(host)) return new BadRequestError('The Host header is not a valid host.')
    this.#knownHost = host
    return undefined
  }

  #checkTarget(exchange: NodeExchange): FrameworkError | undefined {
    const { url } = exchange.request
    const target = url as string
    if (target.length > this.#maxTargetBytes) {
      exchange.setTarget('/')
      return new UriTooLongError(`The request target is longer than ${this.#maxTargetBytes} bytes.`)
    }
    if (target.charCodeAt(0) !== SLASH) return this.#checkOtherForm(exchange, target)
    exchange.setTarget(target)
    // RFC 9112 §3.2.1: a fragment is not part of a target.
    return target.includes('#') ? new BadRequestError('The request target has a fragment.') : undefined
  }

  /** RFC 9112 §3.2.2 to §3.2.4: absolute, authority and asterisk form. */
  #checkOtherForm(exchange: NodeExchange, target: string): FrameworkError | undefined {
    if (target === '*') {
      exchange.setTarget('*')
      return exchange.method === 'OPTIONS'
        ? undefined
        : new BadRequestError('Only OPTIONS can have the request target *.')
    }
    const absolute = ABSOLUTE_FORM.exec(target)
    if (absolute === null) {
      exchange.setTarget('/')
      return new BadRequestError('The request target is neither a path nor an http or https URL.')
    }
    const [, scheme, authority, rest] = absolute as unknown as [string, string, string, string]
    exchange.setTarget(toOriginForm(rest, exchange.method))
    if (rest.includes('#')) return new BadRequestError('The request target has a fragment.')
    if (!isAuthority(authority)) return new BadRequestError('The request target has no valid host.')
    return this.#hosts === 1 && isSameAuthority(authority, this.#host as string, scheme.toLowerCase())
      ? undefined
      : new BadRequestError('The host of the request target differs from that of the Host header.')
  }
}

/** The path of a target in origin or absolute form (RFC 9112 §3.2), not decoded. */
export function pathOf(target: string): string | undefined {
  const rest = target.charCodeAt(0) === SLASH ? target : ABSOLUTE_FORM.exec(target)?.[3]
  return rest === undefined ? undefined : toOriginForm(rest, 'GET').replace(/[?#].*$/, '')
}

function checkPath(path: string): FrameworkError | undefined {
  if (!NOT_IN_PATHS.test(path)) return undefined
  const wrong = NOT_IN_PATHS.exec(path)?.[0] as string
  const escaped = `%${wrong.charCodeAt(0).toString(16).toUpperCase()}`
  return new PathEncodingError(`The path has an unescaped ${wrong}; write ${escaped}.`)
}

/** RFC 9112 §3.2.4: an empty path is `*` for OPTIONS, else `/`. */
function toOriginForm(rest: string, method: string): string {
  if (rest === '') return method === 'OPTIONS' ? '*' : '/'
  return rest.charCodeAt(0) === SLASH ? rest : `/${rest}`
}

// The first letter distinguishes most names of a length; only then is a copy in lower case worth its cost.
function isNamed(name: string, usual: string, lower: string): boolean {
  if ((name.charCodeAt(0) | 0x20) !== lower.charCodeAt(0)) return false
  return name === usual || name === lower || name.toLowerCase() === lower
}

function join(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before}, ${value}`
}

/** RFC 9112 §6.1 and §6.3: only `chunked` is supported, and not from HTTP/1.0. */
function checkCoding(coding: string, isOld: boolean): FrameworkError | undefined {
  if (isOld) return new BadRequestError('Transfer-Encoding is not part of HTTP/1.0.')
  const codings = coding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (codings.length === 1 && codings[0] === 'chunked') return undefined
  if (
    codings.at(-1) !== 'chunked' ||
    codings.indexOf('chunked') !== codings.length - 1 ||
    codings.includes('')
  ) {
    return new BadRequestError('The Transfer-Encoding does not define the end of the body.')
  }
  return notImplemented(`The Transfer-Encoding ${cutText(coding)}`)
}

function notImplemented(what: string): FrameworkError {
  return new NotImplementedError(`${what} is not supported.`, { expose: true })
}

function unknownVersion(version: string): FrameworkError {
  return new HttpVersionNotSupportedError(`HTTP/${version} is not supported, only HTTP/1.1 and HTTP/1.0.`, {
    expose: true,
  })
}

function unknownExpectation(expectation: string): FrameworkError {
  return new ExpectationFailedError(`The expectation ${JSON.stringify(cutText(expectation))} cannot be met.`)
}
