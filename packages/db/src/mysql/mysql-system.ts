/** The systems that speak the protocol. */
export type MysqlSystem = 'mysql' | 'mariadb'
