// Another process that holds the lock of a SQLite file until its input ends.
import { DatabaseSync } from 'node:sqlite'

const database = new DatabaseSync(process.argv[2])
database.exec('begin immediate')
process.stdout.write('held\n')
process.stdin.resume()
process.stdin.on('end', () => {
  database.exec('commit')
  database.close()
})
