package app

import (
	"errors"
	"io/fs"
	"syscall"

	"yiqun/storage/migrations"
	"yiqun/storage/postgres"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// Plain says to an operator what is wrong and what to do, for the errors that a command
// about the records ends with in ordinary life. It is empty for all others.
func Plain(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, sqlstore.ErrOtherKey):
		return "数据密钥不是这个数据库的那一把：请把 YIQUN_DATA_KEY（或密钥文件）换回原来的。"
	case errors.Is(err, sqlstore.ErrNotEmpty):
		return "目标数据库里已经有记录了，没有动它：请换一个空的库。"
	case errors.Is(err, sqlstore.ErrDamaged):
		return "备份文件坏了或不完整，什么也没有写进去：请换一份备份。"
	case errors.Is(err, sqlstore.ErrNewer):
		return "这份备份是更新的版本做的，这个程序太旧，什么也没有写进去：请换上新版的程序再恢复。"
	case errors.Is(err, migrations.ErrNew):
		return "数据库是更新的版本建的，这个程序太旧，没有动它：请换上新版的程序；一定要退回旧版的，请用升级前的备份恢复到空库里。"
	case errors.Is(err, migrations.ErrEmpty):
		return "这个库里还没有表：请运行 yiqun migrate up 建好。"
	case errors.Is(err, migrations.ErrOld):
		return "表结构比程序旧：请先备份（用旧版的程序运行 yiqun backup，或用 pg_dump），再运行 yiqun migrate up。"
	case errors.Is(err, syscall.ENOSPC), sqlite.Full(err):
		return "磁盘满了，没有写成：请清理或扩容，再做一次（还有空间的，看看是不是文件数用完了）。"
	case errors.Is(err, sqlite.ErrServed):
		return "这个数据库文件已经有一个议群在用，没有启动第二个，免得消息发两遍：请先停掉那一个；要开几个一起干活的，请换 PostgreSQL。"
	case errors.Is(err, sqlite.ErrNoFolder):
		return "放数据库文件的文件夹不存在：请先建好，或核对 YIQUN_DATABASE_URL。"
	case sqlite.Damaged(err):
		return "数据库文件坏了，或者不是数据库，没有动它：请核对 YIQUN_DATABASE_URL；真是坏了的，把它移开留好，用最近的备份恢复（yiqun restore 文件）。"
	case sqlite.Forbidden(err), errors.Is(err, fs.ErrPermission):
		return "没有权限读写，或者那里建不了文件：请让运行机器人的系统用户拥有这个文件和它所在的文件夹，再看看文件数有没有用完、磁盘是不是只读。"
	case errors.Is(err, syscall.EROFS):
		return "那个磁盘是只读的，写不进：请检查磁盘有没有坏，重新挂载成可写，再做一次。"
	}
	return postgresTroubles[postgres.TroubleOf(err)]
}

// postgresTroubles say what is wrong with PostgreSQL and what to do.
var postgresTroubles = map[postgres.Trouble]string{
	postgres.Credentials: "PostgreSQL 不认用户名或密码：请核对 YIQUN_DATABASE_URL。",
	postgres.NoDatabase:  "PostgreSQL 里没有这个库：请先建库，或核对 YIQUN_DATABASE_URL 里的库名。",
	postgres.Crowded:     "PostgreSQL 的连接数满了：请调大 max_connections，或停掉多余的程序。",
	postgres.Starting:    "PostgreSQL 正在启动或停止，现在不接待：请过一会儿再试。",
	postgres.ReadOnly:    "PostgreSQL 现在只读，写不进（是备库，或打开了 default_transaction_read_only）：请把 YIQUN_DATABASE_URL 指到主库，或关掉只读。",
	postgres.Forbidden:   "PostgreSQL 不让这个用户动这个库：请把库交给它（ALTER DATABASE 库名 OWNER TO 用户名）。",
	postgres.DiskFull:    "PostgreSQL 那台机器的磁盘满了，没有写成：请清理或扩容，再做一次。",
	postgres.NoTLS:       "PostgreSQL 没有开 TLS，YIQUN_DATABASE_URL 却要：请给它装上证书；只在本机或内网用的，可以把 sslmode 改成 disable。",
	postgres.Untrusted:   "PostgreSQL 的 TLS 证书本机不信：请在 YIQUN_DATABASE_URL 里用 sslrootcert 指出签发它的根证书。",
	postgres.Unreachable: "连不上 PostgreSQL：请检查它有没有启动，以及 YIQUN_DATABASE_URL 里的主机和端口。",
}
