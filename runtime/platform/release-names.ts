/** Which Barflow this is: what runs tells it in its log, lease and status, and stacks in their descriptions. `npm run release` writes it. */

export const version = '0.1.0';

/** As operators read it. */
export const release = `Barflow ${version}`;
