"""Problems of reaching a partner's SFTP server (T300-T319) and of working on it (T320-T329)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, row

_row = partial(row, Layer.CHANNEL)

_AGAIN = "It is tried again by itself, with growing pauses; `gateway channel test` shows each step."
_PINNED = (
    "A server is recognised by its host key, which is written in the settings. As long as it shows "
    "another one, nothing is sent to it: no user name, no password, no file."
)

_SETTINGS = (
    _row(
        "T300",
        "A key or secret of ours cannot be used",
        "{name} cannot be used: {reason}",
        why="We log in to the partner's server with this key. Without it nobody can tell whether "
        "the server would let us in.",
        remedy="put what the setting asks for there. A key is a private one in OpenSSH's or in PEM "
        "format, its passphrase stands in passphrase, and `ssh-keygen -y -f FILE` shows whether it "
        "can be read. A variable has to be set where the gateway is started",
    ),
    _row(
        "T301",
        "The certificate of a key cannot be used",
        "the certificate {name} cannot be used: {reason}",
        why="With an OpenSSH certificate the server trusts whoever signed it; it belongs to one "
        "key, to some user names, and counts between two dates.",
        remedy="ask the partner for a new certificate of our public key (`ssh-keygen -L -f FILE` "
        "shows what one holds), and put it in the partner's folder",
    ),
    _row(
        "T302",
        "The pinned host keys cannot be used",
        "the pinned host keys in {name} cannot be used: {reason}",
        why=_PINNED,
        remedy="`gateway channel hostkey` shows the key that the server shows; compare its "
        "fingerprint with what the partner says, and write it into host_keys or known_hosts",
    ),
    _row(
        "T303",
        "The way through the proxy does not work",
        "the proxy {proxy} does not lead to {server}: {reason}",
        why="The channel says that the way to the server leads through this proxy. " + _AGAIN,
        remedy="check proxy of the channel, and ask who looks after the proxy whether it lets this "
        "machine connect to {server}",
    ),
    _row(
        "T304",
        "The keys of the agent cannot be used",
        "the ssh-agent cannot be asked for keys: {reason}",
        why="The channel says `agent: true`; a running ssh-agent is found by the environment "
        "variable SSH_AUTH_SOCK.",
        remedy="start the gateway where an agent runs and SSH_AUTH_SOCK is set, or name keys in "
        "login.keys and leave agent out",
    ),
    _row(
        "T305",
        "The name of the server is unknown",
        "{host} has no address: {reason}",
        why="The name service does not know this name, or cannot be asked. " + _AGAIN,
        remedy="check host of the channel letter by letter, then the name service of this machine "
        "(`getent hosts {host}`)",
    ),
    _row(
        "T306",
        "The server cannot be reached",
        "no connection to {server}: {reason}",
        why="Nobody answers there, or something in between does not let us through. " + _AGAIN,
        remedy="check host and port of the channel; ask the partner whether his server runs and "
        "whether his firewall knows the address of this machine",
    ),
    _row(
        "T307",
        "It does not speak SSH there",
        "{server} answers, but not as an SSH server: {reason}",
        why="On this port is another service, or something in between answers in its place. SFTP "
        "runs over SSH, most often on port 22; FTP (21) and FTPS (990) are something else.",
        remedy="ask the partner for the port of SFTP; for a server by FTP over TLS, make a channel "
        "of the kind ftps",
    ),
    _row(
        "T308",
        "The jump host does not lead to the server",
        "the jump host {jump} does not open the way to {server}: {reason}",
        why="We are logged in at the jump host, and it was asked to connect to the server. "
        + _AGAIN,
        remedy="ask who looks after {jump} whether our user may connect to {server} from there "
        "(AllowTcpForwarding, PermitOpen), and whether the server runs",
    ),
    _row(
        "T309",
        "No algorithm in common with the server",
        "{server} and we have no {what} in common: it offers {theirs}",
        why="Only algorithms are used that are considered safe today. Servers that were not "
        "updated for years know only older ones.",
        remedy="ask the partner to update his server; until then allow one of those it offers, for "
        "this channel only: legacy: [{example}]",
    ),
)

_IDENTITY = (
    _row(
        "T310",
        "The server shows another host key than pinned",
        "{server} shows {found}; pinned is {expected}",
        why=_PINNED + " Another key is a key that was replaced, or somebody in between.",
        remedy="ask the partner, by a way that is not this connection, whether {found} is his new "
        "key. If it is: add it to host_keys beside the old one. If it is not: somebody listens",
    ),
    _row(
        "T311",
        "The server shows a host key that is revoked",
        "{server} shows {found}, which {file} marks as revoked",
        why="A line `@revoked` says that this key fell into wrong hands. " + _PINNED,
        remedy="ask the partner for the key that his server should show now; whoever shows the "
        "old one is not him, or his server was not changed",
    ),
    _row(
        "T312",
        "The certificate of the server does not count",
        "{server} shows a certificate for its host key that does not count: {reason}",
        why="known_hosts names an authority (@cert-authority) that signs the keys of servers. Its "
        "certificate has to be for this name and for today.",
        remedy="ask the partner to renew the certificate of his server; until then its key itself "
        "can be pinned in host_keys",
    ),
)

_LOGIN = (
    _row(
        "T313",
        "The server does not let us in",
        "{server} does not let {user} in: tried {tried}; it accepts {accepted}{banner}",
        why="User name, key or password are not what the server has, or it wants another way to "
        "log in. Few attempts are made, because many servers lock an account after some.",
        remedy="compare login of the channel with what the partner agreed: the user, our public "
        "key (`ssh-keygen -lf FILE` shows its fingerprint), and whether his server accepts it",
    ),
    _row(
        "T314",
        "The server asks something that has no answer",
        "{server} asks {user} “{prompt}”, and login.prompts has no answer to that",
        why="By keyboard-interactive a server may ask anything. Each answer is found by a part of "
        "the question; a question that nobody foresaw is not answered with a guess.",
        remedy="add it to login.prompts of the channel: ask is a part of the question, answer a "
        "reference to the secret. One-time codes cannot be configured: ask the partner for a key",
    ),
    _row(
        "T315",
        "The server wants a new password",
        "{server} accepts the password of {user} only to change it{banner}",
        why="The password has ended. The gateway does not choose passwords by itself.",
        remedy="log in once by hand (`sftp {user}@{host}`), choose a new password, and put it "
        "where login.password refers to; better, agree on a key with the partner",
    ),
    _row(
        "T316",
        "The connection ended before we were logged in",
        "{server}: the connection ended during {step}: {reason}",
        why="The server closed it, or something in between did. Many servers do so when too many "
        "connections are open or after several failed logins. " + _AGAIN,
        remedy="ask the partner what his server logs about connections from this machine",
    ),
    _row(
        "T317",
        "Logging in takes too long",
        "{server}: {step} was not over after {seconds} s",
        why="The server answers slowly or not at all. " + _AGAIN,
        remedy="ask the partner whether his server is overloaded or waits for a name service; "
        "connect_timeout of the channel gives it more time",
    ),
    _row(
        "T318",
        "The server has no SFTP for us",
        "{server} lets {user} in, but offers no SFTP: {reason}",
        why="Logging in and using SFTP are two permissions of an SSH server.",
        remedy="ask the partner to allow SFTP (the subsystem sftp) for {user}",
    ),
)

_WORK = (
    _row(
        "T319",
        "A path that cannot be sent",
        "“{path}” cannot be the path of a file on {server}: {reason}",
        why="Paths of SFTP are UTF-8 text of limited length, without the sign NUL.",
        remedy="correct folder or name of the channel",
    ),
    _row(
        "T320",
        "The connection to the server broke",
        "{server}: the connection broke while {doing}: {reason}",
        why="Nothing is lost: what was not finished is done again with a new connection, and what "
        "may have been finished is looked at before.",
        remedy="nothing, when it happens now and then; otherwise ask the partner what his server "
        "logs, and look for a firewall that ends connections",
    ),
    _row(
        "T321",
        "The server does not answer any more",
        "{server}: no answer for {seconds} s while {doing}",
        why="The connection is given up, because nobody knows what the server would answer later. "
        "What was not finished is done again with a new one.",
        remedy="ask the partner whether his server is overloaded; timeout of the channel gives it "
        "more time",
    ),
    _row(
        "T322",
        "Not there on the server",
        "{server}: while {doing}: it is not there{said}",
        why="The file was taken by somebody else, or the folder has another name.",
        remedy="correct the folder in the channel: a path without / at its beginning starts where "
        "the login ends. `sftp USER@HOST` shows the folders, or the partner knows them",
    ),
    _row(
        "T323",
        "A file of this name is on the server already",
        "{server}: while {doing}: a file of that name is there already",
        why="A file of a partner is never replaced unless he wants it.",
        remedy="ask the partner whether he still needs it; with replace: true in send it is "
        "replaced; a name with {{control}} or {{seq}} never meets another one",
    ),
    _row(
        "T324",
        "The server does not permit it",
        "{server}: while {doing}: permission denied{said}",
        why="Our user may not do that on the server.",
        remedy="ask the partner to permit it for our user; where he does not want files deleted, "
        "after: leave takes each one once and leaves it there",
    ),
    _row(
        "T325",
        "No room on the server",
        "{server}: while {doing}: there is no room left{said}",
        why="The disk of the server or the quota of our user is used up. The file is sent again "
        "when there is room.",
        remedy="ask the partner to make room, or to raise our quota",
    ),
    _row(
        "T326",
        "A file on the server is shorter than told",
        "{server}: {path} ended after {found} of {size} bytes",
        why="The server told another size before. Somebody shortened or replaced the file while "
        "it was read, or the server does not tell the truth; what came is not used.",
        remedy="nothing, when it comes whole later; otherwise ask the partner how files are put "
        "there: under a temporary name and then renamed is right",
    ),
    _row(
        "T327",
        "The server refuses",
        "{server}: while {doing}: it refuses{said}",
        why="SFTP knows few reasons; a server says “failure” for all the others: a folder in place "
        "of a file, a name it does not like, a rule of its own.",
        remedy="`gateway channel test` tries each operation by itself; ask the partner what his "
        "server logs about it",
    ),
    _row(
        "T328",
        "The server answers what no server should",
        "{server}: while {doing}: {reason}",
        why="The answer breaks the protocol, or would be dangerous to use. Nothing of it was used.",
        remedy="tell the partner what his server answered; something in between that changes "
        "answers is possible, too",
    ),
    _row(
        "T329",
        "What is on the server is not what we left there",
        "{server}: {path} has {found} bytes; {expected} were sent before",
        why="A broken transfer is continued behind what arrived. Here less is there than arrived, "
        "so it is another file, or the server lost something.",
        remedy="nothing: it is sent anew under another temporary name; if it happens again, ask "
        "the partner what deletes or changes unfinished files",
    ),
)

CODES: tuple[Code, ...] = (*_SETTINGS, *_IDENTITY, *_LOGIN, *_WORK)
