using System.Text.RegularExpressions;
using Npgsql;

namespace DataHub.EventStore.Postgres;

/// <summary>Where the database is, once per role: three roles, so that the running hub holds no right to change history.</summary>
/// <param name="Owner">Connection string of <c>datahub_owner</c>: owns the schema, used for migrations only.</param>
/// <param name="Hub">Connection string of <c>datahub_hub</c>: what the hub runs as; may add events, never change or delete them.</param>
/// <param name="Reader">Connection string of <c>datahub_reader</c>: may only read.</param>
public sealed partial record PostgresEndpoint(string Owner, string Hub, string Reader)
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
    public static string RolesScript() => Resource("roles.sql");

    /// <summary>
    /// The SQL a database administrator runs as superuser in the hub's database to let one other application use the event tables: it reads everything, appends under
    /// <c>ext/</c> only, and has a schema of its own with the role's name. Repeating it does no harm.
    /// </summary>
    /// <param name="role">Name of the application's role, 2 to 40 of a-z, 0-9 and _; not one of the hub's.</param>
    /// <exception cref="ArgumentException">Not such a name.</exception>
    public static string ExtRoleScript(string role) => ExtRoleName().IsMatch(role)
        ? $"set datahub.ext_role = '{role}';\n{Resource("ext-role.sql")}"
        : throw new ArgumentException("A role's name has 2 to 40 of a-z, 0-9 and _, begins with a letter and not with datahub, pg or postgres.", nameof(role));

    private static string Resource(string name)
    {
        using var resource = typeof(PostgresEndpoint).Assembly.GetManifestResourceStream($"DataHub.EventStore.Postgres.{name}")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\A(?!datahub|pg|postgres)[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExtRoleName();

    private static string As(string connectionString, string role) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ConnectionString;
}
