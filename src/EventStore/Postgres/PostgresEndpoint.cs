using Npgsql;

namespace DataHub.EventStore.Postgres;

/// <summary>Where the database is, once per role: three roles, so that the running hub holds no right to change history.</summary>
/// <param name="Owner">Connection string of <c>datahub_owner</c>: owns the schema, used for migrations only.</param>
/// <param name="Hub">Connection string of <c>datahub_hub</c>: what the hub runs as; may add events, never change or delete them.</param>
/// <param name="Reader">Connection string of <c>datahub_reader</c>: may only read.</param>
public sealed record PostgresEndpoint(string Owner, string Hub, string Reader)
{
    /// <summary>Name of the role that owns the schema.</summary>
    public const string OwnerRole = "datahub_owner";

    /// <summary>Name of the role the hub runs as.</summary>
    public const string HubRole = "datahub_hub";

    /// <summary>Name of the role that may only read.</summary>
    public const string ReaderRole = "datahub_reader";

    /// <summary>Name of the database of an embedded server.</summary>
    public const string DefaultDatabase = "datahub";

    /// <summary>
    /// A server that somebody else runs, with the roles of <see cref="RolesScript"/>. The user name in the string is replaced by each role's;
    /// passwords come from a passfile (<c>Passfile=</c>) or client certificates. Nothing is started.
    /// </summary>
    /// <param name="connectionString">Host, port, database and TLS settings, in Npgsql's form.</param>
    public static PostgresEndpoint Configured(string connectionString) =>
        new(As(connectionString, OwnerRole), As(connectionString, HubRole), As(connectionString, ReaderRole));

    /// <summary>The SQL a database administrator runs once as superuser before the hub first uses a configured server; repeating it does no harm.</summary>
    public static string RolesScript()
    {
        using var resource = typeof(PostgresEndpoint).Assembly.GetManifestResourceStream("DataHub.EventStore.Postgres.roles.sql")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }

    private static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ConnectionString;
}
