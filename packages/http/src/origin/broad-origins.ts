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

/** No registered name. */
const NOBODY = 'keelson-nobody'

const SUFFIXES = [
  // Reserved, so that it stands for all (RFC 6761 §6.4).
  'invalid',
  ...TOP.split(' '),
  ...COUNTRIES.split(' ').flatMap((country) => KINDS.map((kind) => `${kind}.${country}`)),
  ...HOSTERS.split(' '),
]

/**
 * Finds rules that admit hosts which anybody can have: every host, all below a registry such as `co.uk`, all of somebody who hosts for others.
 *
 * @param could - what such pages could do: `read what the users of this app see`
 */
export function broadProblems({ isOpen, patterns }: Origins, could: string): OriginProblem[] {
  if (isOpen) return [everyPage(could)]
  return patterns.flatMap((pattern) => {
    const suffix = SUFFIXES.find((one) => holds(pattern, one))
    if (suffix === undefined) return []
    if (suffix === 'invalid') return [everyPage(could)]
    return [
      {
        message: `A rule in origins admits every host below ${suffix}, where anybody can have one and could ${could}.`,
        remedy: `Name the host: 'https://shop.${suffix}', or 'https://*.shop.${suffix}' for those below it.`,
      },
    ]
  })
}

function holds(pattern: RegExp, suffix: string): boolean {
  return ['https', 'http'].some((scheme) => pattern.test(`${scheme}://${NOBODY}.${suffix}`))
}

function everyPage(could: string): OriginProblem {
  return { message: `Every page of the web could ${could}.`, remedy: 'Name the origins.' }
}
