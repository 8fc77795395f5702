namespace DataHub.Kernel.Access;

/// <summary>What a registered system may be; carried in its certificate, one organisational unit a role, in lower case.</summary>
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
}
