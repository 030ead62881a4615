// DuckDB beside besa: node duckdb.mjs FIGURES FORMAT DATA TASK [ARGUMENTS]
//
// Debian has no DuckDB, npm does: './dev bench' installs it where npm is. The answer goes to
// standard output; seconds, processor seconds and kilobytes of the work alone, without the start of
// node, go to the file FIGURES. TASK: old CUTOFF (keys of members
// whose date is not after it) · due LAST AFTER (how many are due) · erase LAST AFTER (every CSV file
// written anew without their rows).
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [figures, format, data, task, ...words] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(process.env.BESA_BENCH_MODULES + '/')('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run('SET threads = 2');

const table = (name) => format === 'csv'
  ? `read_csv('${data}/${name}.csv', header = true, all_varchar = true)`
  : `read_json('${data}/${name}.jsonl', format = 'newline_delimited')`;
const text = (column) => format === 'csv' ? `"${column}"` : `CAST("${column}" AS VARCHAR)`;
const events = ['purchases', 'newsletter_events', 'web_events'];
const due = (last, after) => `SELECT member_id FROM ${table('members')}
  WHERE ${text('registered_at')} <= '${last}' AND member_id NOT IN (${events.map((name) =>
    `SELECT member_id FROM ${table(name)} WHERE replace(${text('at')}, ' ', 'T') >= '${after}'`).join(' UNION ALL ')})`;
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();

const tasks = {
  async old(cutoff) {
    const sql = `SELECT member_id FROM ${table('members')} WHERE ${text('registered_at')} <= '${cutoff}'`;
    return (await rows(sql)).map(([key]) => key).join('\n');
  },
  async due(last, after) {
    return (await rows(`SELECT count(*) FROM (${due(last, after)})`))[0][0];
  },
  async erase(last, after) {
    await connection.run(`CREATE TEMP TABLE gone AS ${due(last, after)}`);
    for (const name of [...events, 'consents', 'members']) {
      const file = `${data}/${name}.csv`;
      await connection.run(`COPY (SELECT * FROM ${table(name)}
        WHERE coalesce(member_id, '') NOT IN (SELECT member_id FROM gone))
        TO '${file}.new' (FORMAT csv, HEADER)`);
      renameSync(`${file}.new`, file);
    }
    return 'done';
  },
};

const begun = process.hrtime.bigint(), used = process.cpuUsage();
const answer = await tasks[task](...words);
const spent = process.cpuUsage(used);
writeFileSync(figures, [Number(process.hrtime.bigint() - begun) / 1e9,
  (spent.user + spent.system) / 1e6, process.resourceUsage().maxRSS].join(' ') + '\n');
console.log(String(answer));
process.exit(0);
