/** Properties are tried with new cases on every run; with PROPERTY_SEED, always with the same: what lands must not be decided by luck. */
import fc from 'fast-check';

const seed = Number(process.env['PROPERTY_SEED'] ?? Number.NaN);
if (Number.isInteger(seed)) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
