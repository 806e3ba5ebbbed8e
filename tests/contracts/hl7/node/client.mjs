// An MLLP client by other people, as a sender uses it. Reads `[{"port": …, "messages": ["MSH|…", …]}, …]` from its
// input; sends each list over a link of its own, all links at once, the next message when the one before is answered;
// writes for each list what it reads in the answers: `[{"MSA.1": "AA", …}, …]`. An answer it cannot read ends it.
import { text } from "node:stream/consumers";
import { Client, Message } from "node-hl7-client";

const ASKED = process.argv.slice(2);

function read(answer) {
  return Object.fromEntries(ASKED.map((path) => [path, answer.exists(path) ? answer.get(path).toString() : ""]));
}

function send({ port, messages }) {
  return new Promise((done, failed) => {
    const answers = [];
    const waiting = [...messages];
    const next = () => {
      if (waiting.length > 0) {
        link.sendMessage(new Message({ text: waiting.shift() })).catch(failed);
      } else {
        link.close().then(() => done(answers));
      }
    };
    const link = new Client({ host: "127.0.0.1" }).createConnection({ port }, (answer) => {
      answers.push(read(answer.getMessage()));
      next();
    });
    link.on("connect", next);
    link.on("client.error", failed);
    link.on("data.error", failed);
  });
}

const lists = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await Promise.all(lists.map(send))));
