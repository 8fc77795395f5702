namespace DataHub.Kernel.Access;

/// <summary>What a registered system may be; kept in the register of accounts; the certificate only says who it is.</summary>
public enum SystemRole
{
    /// <summary>Pushes records and registers directory entries 数据提供方.</summary>
    Provider = 1,

    /// <summary>Asks verification questions 数据需求方.</summary>
    Consumer = 2,

    /// <summary>Mints and changes e-licences 证照颁发机构.</summary>
    Issuer = 3,

    /// <summary>Reads quality reports 数据管理员.</summary>
    Steward = 4,

    /// <summary>Reads the ledger and what everybody did 安全审计员. Never together with the two below.</summary>
    Auditor = 5,

    /// <summary>Registers systems, runs the hub 系统管理员. Never together with auditor or security administrator.</summary>
    SystemAdministrator = 6,

    /// <summary>Decides who may do what 安全保密管理员. Never together with auditor or system administrator.</summary>
    SecurityAdministrator = 7,
}
