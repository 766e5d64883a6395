/**
 * The use of a schema. A schema that is equal for several sides is one component.
 *
 * - `out`: what a caller receives: members with defaults are there
 * - `in`: what a caller sends: members with defaults may be missing, undeclared members are refused
 * - `open`: as `in`, but undeclared members are not refused
 * - `part`: as `in`, but the intersection around the schema refuses them
 * - `in-full`, `part-full`: as `in` and `part`, but no default is filled in
 */
export type Side = 'out' | 'in' | 'open' | 'part' | 'in-full' | 'part-full'

interface Traits {
  /** Whether the server fills in defaults. */
  readonly isFilled: boolean
  /** Whether undeclared members are refused: of the value and within its members, or only within its members. */
  readonly closes: 'all' | 'members' | 'nothing'
  /** End of the component's name, if the schema differs from that of another side. */
  readonly suffix: string
}

/** In the order in which names are given: the first side of a schema has its name without a suffix. */
const TRAITS: Readonly<Record<Side, Traits>> = {
  out: { isFilled: false, closes: 'nothing', suffix: '' },
  in: { isFilled: true, closes: 'all', suffix: 'Input' },
  open: { isFilled: true, closes: 'nothing', suffix: 'OpenInput' },
  part: { isFilled: true, closes: 'members', suffix: 'Part' },
  'in-full': { isFilled: false, closes: 'all', suffix: 'FullInput' },
  'part-full': { isFilled: false, closes: 'members', suffix: 'FullPart' },
}

/** All sides, in the order in which names are given. */
export const SIDES = Object.keys(TRAITS) as readonly Side[]

/** The traits of a side. */
export function traitsOf(side: Side): Traits {
  return TRAITS[side]
}

/** The side that has these traits. */
export function sideOf({ isFilled, closes }: Omit<Traits, 'suffix'>): Side {
  return SIDES.find((side) => TRAITS[side].isFilled === isFilled && TRAITS[side].closes === closes) as Side
}
