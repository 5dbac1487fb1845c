// Reads AS2 entities with libas2: one question a line on stdin, one answer a line on stdout.
// {entity, key, cert, signer} are paths; the answer is {ok, content} (base64) or {error}.
// Run with --security-revert=CVE-2023-46809, which lets Node decrypt RSA PKCS#1 v1.5 again.
'use strict'
const fs = require('fs')
const readline = require('readline')
const path = require('path')
const { AS2Parser } = require(path.join(process.env.LIBAS2, 'libas2'))

async function read ({ entity, key, cert, signer, mdn }) {
  let node = await AS2Parser.parse(fs.readFileSync(entity))
  const seen = []
  if (node.smimeType === 'enveloped-data') {
    node = await node.decrypt({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) })
    seen.push('decrypted')
  }
  if (mdn) {
    const read = await node.dispositionIn(signer ? { cert: fs.readFileSync(signer) } : undefined)
    return { ok: true, seen, notification: read.notification }
  }
  if (signer) {
    node = await node.verify({ cert: fs.readFileSync(signer) })
    if (node === undefined) return { error: 'the signature does not verify' }
    seen.push('verified')
  }
  const content = Buffer.isBuffer(node.content) ? node.content : Buffer.from(node.content || '')
  return { ok: true, seen, type: node.contentType, content: content.toString('base64') }
}

readline.createInterface({ input: process.stdin }).on('line', async line => {
  let answer
  try {
    answer = await read(JSON.parse(line))
  } catch (error) {
    answer = { error: String(process.env.LIBAS2_TRACE && error.stack ? error.stack : error.message || error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
})
