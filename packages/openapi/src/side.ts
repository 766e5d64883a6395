/**
 * For whom a schema describes something. Schemas that say the same for several are one component.
 *
 * - `out`: what a caller receives: members with defaults are there
 * - `in`: what it sends: members with defaults may be missing, undeclared members are refused
 * - `open`: as `in`, where undeclared members are not refused
 * - `part`: as `in`, where the intersection that the schema is a part of refuses them
 * - `in-full`, `part-full`: as those, where no default is filled in
 */
export type Side = 'out' | 'in' | 'open' | 'part' | 'in-full' | 'part-full'

interface Traits {
  /** Whether the server fills in what has a default. */
  readonly isFilled: boolean
  /** Whether undeclared members are refused: of the value, of what its members hold. */
  readonly closes: 'all' | 'members' | 'nothing'
  /** Ends the name of a component that says something else for another side. */
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

/** What holds for a side. */
export function traitsOf(side: Side): Traits {
  return TRAITS[side]
}

/** The side that has these traits. */
export function sideOf({ isFilled, closes }: Omit<Traits, 'suffix'>): Side {
  return SIDES.find((side) => TRAITS[side].isFilled === isFilled && TRAITS[side].closes === closes) as Side
}
