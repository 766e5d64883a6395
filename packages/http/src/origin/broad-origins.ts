// At set-up: rules that believe pages of which nobody knows who writes them.
import type { OriginProblem, Origins } from './origins.ts'

/** Ends of host names below which anybody can have a host: registries of countries by kind, and those who host for others. A selection. */
const KINDS = [
  'ac',
  'co',
  'com',
  'edu',
  'go',
  'gob',
  'gov',
  'gv',
  'ltd',
  'me',
  'mil',
  'ne',
  'net',
  'nom',
  'or',
  'org',
  'plc',
]
const COUNTRIES =
  'ae ar at au bd bn bo br cn co cy do ec eg fj ge gh gr gt hk hn hu id il im in jm jp ke kh kr kw lb ly ma mm mo mt mx my mz na ng ni nz om pa pe ph pk pl pr pt py qa ro rs ru sa sg sv th tj tn tr tt tw tz ua ug uk uy uz ve vn za zm zw'
const TOP =
  'com net org info biz io dev app ai co me xyz site online shop store cloud tech edu gov eu us ca de fr nl be ch at it es se no fi dk pl ie jp cn in au uk'
const HOSTERS =
  'amplifyapp.com azurestaticapps.net azurewebsites.net blogspot.com cloudfront.net deno.dev firebaseapp.com fly.dev github.io gitlab.io glitch.me herokuapp.com netlify.app ngrok-free.app ngrok.io onrender.com pages.dev r2.dev run.app s3.amazonaws.com surge.sh trycloudflare.com up.railway.app vercel.app web.app workers.dev'

/** Names that nobody is meant by, in pairs of one shape: what admits both of a pair asks for the shape alone. */
const NOBODIES = [
  ['keelson-nobody', 'nobody-keelson'],
  ['keelsonnobody', 'nobodykeelson'],
  ['keelson1', 'nobody42'],
  ...Array.from({ length: 8 }, (_, at) => ['qzxjvkwq'.slice(at), 'jwkqxvzj'.slice(at)]),
  ...Array.from({ length: 8 }, (_, at) => ['70918263'.slice(at), '48362915'.slice(at)]),
]

/** Ports besides those that a pattern has, for patterns that must have one: `:\d+`. */
const PORTS = ['', ':443', ':3000', ':8080', ':8443', ':54321']

const SUFFIXES = [
  // Reserved, so that it stands for all (RFC 6761 §6.4).
  'invalid',
  ...TOP.split(' '),
  ...COUNTRIES.split(' ').flatMap((country) => KINDS.map((kind) => `${kind}.${country}`)),
  ...HOSTERS.split(' '),
]

/**
 * Finds rules that admit pages which anybody can make: every host, all below a registry such as `co.uk`, all of somebody who hosts for
 * others, and the origin `null` of sandboxed frames.
 *
 * @param could - what such pages could do: `read what the users of this app see`
 */
export function broadProblems({ isOpen, exact, patterns }: Origins, could: string): OriginProblem[] {
  if (isOpen) return [everyPage(could)]
  const found = patterns.flatMap((pattern) => {
    const suffix = suffixOf(pattern)
    if (suffix === undefined) return []
    if (suffix === 'invalid') return [everyPage(could)]
    return [
      {
        message: `A rule in origins admits every host below ${suffix}, where anybody can have one and could ${could}.`,
        remedy: `Name the host: 'https://shop.${suffix}', or 'https://*.shop.${suffix}' for those below it.`,
      },
    ]
  })
  return exact.has('null') ? [...found, everyNull(could)] : found
}

/** The first end of host names below which a pattern admits names of some shape. */
function suffixOf(pattern: RegExp): string | undefined {
  const ports = portsOf(pattern)
  const wholes = ['https', 'http'].flatMap((scheme) => ports.map((port) => ({ scheme, port })))
  return SUFFIXES.find((suffix) =>
    wholes.some(({ scheme, port }) => {
      const admits = (name: string): boolean => pattern.test(`${scheme}://${name}.${suffix}${port}`)
      return NOBODIES.some((pair) => pair.every(admits))
    }),
  )
}

/** The ports that a pattern may ask for. Of a port that may be missing nothing is asked: the origin without it is admitted, too. */
function portsOf({ source }: RegExp): readonly string[] {
  const needed = source.replaceAll(/\((?:\?:)?:[^()]*\)\?|\(\?:|:(?:\\?\/){2}/g, '')
  if (!needed.includes(':')) return ['']
  const written = needed.match(/:\d{2,5}(?![\d\\[.?*+{])/g)
  return written === null ? PORTS : ['', ...written]
}

function everyPage(could: string): OriginProblem {
  return { message: `Every page of the web could ${could}.`, remedy: 'Name the origins.' }
}

function everyNull(could: string): OriginProblem {
  return {
    message: `Every site can make a page whose origin is 'null', and could ${could}.`,
    remedy: "Omit 'null': name the origins.",
  }
}
