// The PostgreSQL that tests use where one answers.
import { connect } from 'node:net'

export const { KEELSON_TEST_POSTGRES_URL: POSTGRES_URL = 'postgres://postgres@127.0.0.1:5432' } = process.env

/** Whether it takes connections. */
export async function isPostgresThere(): Promise<boolean> {
  const { hostname, port } = new URL(POSTGRES_URL)
  const socket = connect(Number(port || 5432), hostname)
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  })
  socket.destroy()
  return isOpen
}
