/**
 * What bundled streams, backbones and recorded runs call themselves, in the page's language, by what their files say. What is not here
 * is said as it came; in English everything is.
 */
export const given: Readonly<Record<string, string>> = {};
