// How long `resolve` takes from JavaScript, the answer's objects included, beside a parser that
// stops at the URL: the median of many. Runs under Node and in a browser, from a built page.
import init, { resolve } from "dsnlens";
import { parse } from "pg-connection-string";

const URLS = {
  plain: "postgres://app:secret@db.example.com:5432/shop",
  Heroku:
    "postgres://ubv7q2kd0s4x1m:p3f9c1e07a5d284b@ec2-54-83-201-196.compute-1.amazonaws.com:5432/d8fk2p5r9t1w3z",
  DigitalOcean:
    "postgresql://doadmin:AVNS_u7Xk2mQ9rT4wZ1b@db-postgresql-fra1-48213-do-user-1234-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require",
};

// Browsers round their clock, so a sample is as many calls as take a while.
const CALLS = 20;
const SAMPLES = 500;

function median(call) {
  const samples = [];
  for (let nth = 0; nth < 2 * SAMPLES; nth += 1) {
    const start = performance.now();
    for (let left = CALLS; left > 0; left -= 1) call();
    // The first half warms the engine up.
    if (nth >= SAMPLES) samples.push(((performance.now() - start) * 1000) / CALLS);
  }
  return samples.sort((a, b) => a - b)[SAMPLES / 2];
}

export async function measure() {
  await init();
  return Object.entries(URLS).map(([name, url]) => {
    const asked = { env: { DATABASE_URL: url }, debug: false };
    const [answer, parser] = [() => resolve(asked), () => parse(url)].map(median);
    return `${name}: dsnlens ${answer.toFixed(1)} µs, pg-connection-string ${parser.toFixed(1)} µs`;
  });
}
