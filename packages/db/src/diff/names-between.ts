// Names that something has for a while within a migration. The database takes 63 bytes.

/** The name of what goes, while another has its name already. */
export function oldName(name: string): string {
  return `${name.slice(0, 50)}_keelson_old`
}

/** The name of one of a swap, until the other gave up its own. */
export function swapName(name: string): string {
  return `${name.slice(0, 50)}_keelson_swap`
}
