package app

import (
	"errors"
	"syscall"

	"yiqun/storage/migrations"
	"yiqun/storage/postgres"
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
	case errors.Is(err, migrations.ErrOld):
		return "表结构比程序旧：请先运行 yiqun backup 备份，再运行 yiqun migrate up。"
	case errors.Is(err, syscall.ENOSPC):
		return "磁盘满了，没有写成：请清理或扩容，再做一次。"
	}
	switch postgres.TroubleOf(err) {
	case postgres.Credentials:
		return "PostgreSQL 不认用户名或密码：请核对 YIQUN_DATABASE_URL。"
	case postgres.NoDatabase:
		return "PostgreSQL 里没有这个库：请先建库，或核对 YIQUN_DATABASE_URL 里的库名。"
	case postgres.Crowded:
		return "PostgreSQL 的连接数满了：请调大 max_connections，或停掉多余的程序。"
	case postgres.Unreachable:
		return "连不上 PostgreSQL：请检查它有没有启动，以及 YIQUN_DATABASE_URL 里的主机和端口。"
	}
	return ""
}
