// Names that something has for a while within a migration.
import { endedName } from '../table/index.ts'

/** The name of what goes, while another has its name already. */
export function oldName(name: string): string {
  return endedName(name, 'keelson_old')
}

/** The name of one of a swap, until the other gave up its own. */
export function swapName(name: string): string {
  return endedName(name, 'keelson_swap')
}
