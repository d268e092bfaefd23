// Loaded before a program: whoever asks for cdktf, the prebuilt providers included, gets its fork cdktn, as by npm's alias.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request.replace(/^cdktf(?=$|\/)/, 'cdktn'), ...rest);
};
