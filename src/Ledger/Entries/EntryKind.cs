namespace DataHub.Ledger.Entries;

/// <summary>What sort of act an entry tells of. Numbers are stored and hashed: never renumbered.</summary>
public enum EntryKind
{
    /// <summary>A question about a subject was answered 核验答复.</summary>
    Answered = 1,

    /// <summary>A call was refused: no right, no grant, malformed, over a budget 拒绝.</summary>
    Refused = 2,

    /// <summary>A call failed for the hub's own reasons 失败.</summary>
    Failed = 3,

    /// <summary>Records were taken in 数据归集.</summary>
    Pushed = 4,

    /// <summary>A licence was minted or changed its state 证照.</summary>
    Licensed = 5,

    /// <summary>Something about the hub itself was changed: accounts, roles, grants, keys, directory 管理.</summary>
    Administered = 6,

    /// <summary>Something was looked up or read: directory, reports, the ledger itself 查阅.</summary>
    Read = 7,

    /// <summary>Data were handed over under a grant 提供.</summary>
    Delivered = 8,

    /// <summary>A person's keys were destroyed 删除.</summary>
    Erased = 9,
}
